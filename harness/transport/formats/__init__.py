"""In which file formats does a cookie jar stand?"""
