"""How is a run written down event by event, and read back?"""
