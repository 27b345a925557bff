"""What makes kernels fast: vector_unit (how wide registers are), vectors (equations on registers), simd (over rows, and
products), rows, matmul (packed products), threads, tape (threads without Python in between), records (many arrays as one
argument), jit (compiling and caching one kernel) and compiling (many).
"""
