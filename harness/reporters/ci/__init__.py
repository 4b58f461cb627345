"""What do CI servers read about a run: JUnit, GitHub Actions, TeamCity?"""
