"""How does a file change in one place and stay as it is in all others?"""
