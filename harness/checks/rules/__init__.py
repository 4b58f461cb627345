"""What do the rules of the user make of an answer?"""
