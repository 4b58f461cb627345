"""Where do two sides answer the same requests otherwise?"""
