"""How do scripts take part in a run?"""
