"""How does the traffic of a run stand in an HTTP Archive (HAR 1.2), which browsers and proxies open?"""
