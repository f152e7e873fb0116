"""Where the process of `load profile` begins, as a script of its own.

    python [OPTIONS] profiled_start.py WHERE [ARG ...]

WHERE is the folder that holds the package `load`; the rest is for `profiled.main`. `python -c` and `python -m` would
put the working directory first on the path, with whatever lies there: a `load.py`, say. And `-P`, which keeps that
away, is a flag that the program would see and pass on to its children.
"""

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder of this file; what the program expects there is for `execute` to put in
    sys.path.append(sys.argv.pop(1))  # last: what lies beside `load` may bear names of the standard library
    from load._cli.profiled import main

    sys.path.pop()
    main()
