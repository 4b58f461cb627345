"""Which cookies does a run hold, and which of them go with a request?"""
