"""What do the configuration files say about a collection, and is what they say right?"""
