"""Messages as bytes that anybody may have written: for a socket, and for a file. Nothing in them is executed.

A pickle says which function to call, so it is only read from this package's own pipe. Here a message is JSON and blocks of
numbers. Only classes of the lab's messages, questions and answers are made from it, with exactly their fields, each of its
declared type.
"""
