"""Tokens, sealed before they reach the database.

Fernet by `cryptography`: the first key seals, every key opens, so that keys can be changed one after another.
https://cryptography.io/en/latest/fernet/#cryptography.fernet.MultiFernet
"""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class CannotOpen(RuntimeError):
    """None of the keys opens what was sealed. The message holds neither keys nor what was sealed."""

    def __init__(self) -> None:
        super().__init__("none of the keys in ENCRYPTION_KEYS opens a token that was kept")


class NoKeys(RuntimeError):
    """There is a token to keep, and no key to seal it with."""

    def __init__(self) -> None:
        super().__init__("ENCRYPTION_KEYS is not set, so no token can be kept")


class Vault:
    """Seals and opens. Without keys it can do neither, and says so by `NoKeys`."""

    def __init__(self, keys: Sequence[str] = ()) -> None:
        """Raises `ValueError` for a key that is none."""
        self._fernet = MultiFernet([Fernet(key) for key in keys]) if keys else None

    def __repr__(self) -> str:
        return "Vault()"

    def seal(self, secret: str) -> str:
        if self._fernet is None:
            raise NoKeys
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises `CannotOpen`, and `NoKeys` where there are none."""
        if self._fernet is None:
            raise NoKeys
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise CannotOpen from None

    def reseal(self, sealed: str) -> str:
        """The same, sealed with the first key. Raises as `open` does."""
        if self._fernet is None:
            raise NoKeys
        try:
            return self._fernet.rotate(sealed).decode()
        except InvalidToken:
            raise CannotOpen from None


def is_key(text: str) -> bool:
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def new_key() -> str:
    return Fernet.generate_key().decode()
