"""Where does the body of an answer depart from what the examples promise?"""
