"""What do bodies hold that are not JSON: XML, form data, NDJSON, lines of text?"""
