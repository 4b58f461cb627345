"""What would the saved examples answer?"""
