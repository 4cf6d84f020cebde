"""`python -m dateline`: the command, where its program is not on the PATH."""

from dateline.start import main

if __name__ == "__main__":
    main()
