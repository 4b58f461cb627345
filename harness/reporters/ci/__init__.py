"""What do CI servers read from the output of a run?"""
