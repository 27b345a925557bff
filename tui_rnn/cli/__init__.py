"""The command line: parse, call, print. One module for each command; none imports anything heavy at the top."""
