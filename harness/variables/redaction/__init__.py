"""How is a secret found in a text, whichever way it was written there?"""
