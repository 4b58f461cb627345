"""What does a person see at a terminal?"""
