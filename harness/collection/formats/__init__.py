"""How do collections of other formats than v2.1 become what the one reader reads?"""
