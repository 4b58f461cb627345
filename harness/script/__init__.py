"""What are the collection's own scripts, and how are they run?"""
