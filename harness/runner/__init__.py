"""How does a whole run go, item by item?"""
