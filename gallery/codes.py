"""A gallery's code in an address: eight symbols without look-alikes, in either case."""

from gallery.models import CODE_LENGTH, CODE_SYMBOLS

NO_GALLERY = "No gallery has this code. Check the eight letters and digits on the poster."


def as_typed(words: str) -> str:
    """The code in what a person typed: case, spaces and hyphens don't matter, all else does."""
    return "".join(symbol for symbol in words.upper() if not symbol.isspace() and symbol not in "-–·.")


def is_code(words: str) -> bool:
    return len(words) == CODE_LENGTH and all(symbol in CODE_SYMBOLS for symbol in words)


def in_print(code: str) -> str:
    """The code as people read it aloud: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


class GalleryCode:
    """Path converter `<code:code>`: anything that can't be a code is no address of ours."""

    regex = "[0-9A-Za-z]{8}"

    def to_python(self, value: str) -> str:
        code = value.upper()
        if not is_code(code):
            raise ValueError(value)
        return code

    def to_url(self, value: str) -> str:
        return value
