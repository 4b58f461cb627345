"""How does an item become a request that can be sent?"""
