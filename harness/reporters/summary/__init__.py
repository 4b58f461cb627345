"""How does a run stand in the JSON summary that Newman writes?"""
