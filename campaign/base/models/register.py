"""Tables of the public register: an append-only Merkle tree (RFC 6962, section 2.1).

Only complete subtrees of level 1 and above are stored as nodes; level 0 is the entries' own hashes.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegisterHead(models.Model):
    """A single row: how many entries there are, and the roots of the complete subtrees on the right edge."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.PositiveBigIntegerField(default=0)
    frontier = models.BinaryField(
        default=b"", help_text="32-byte hashes, the largest subtree first; one for each bit set in the size."
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="register_head_is_one_row")]

    def __str__(self) -> str:
        return f"size {self.size}"


class RegisterEntry(models.Model):
    """One public fact. `leaf` is canonical JSON of at most 8 KiB; `leaf_hash` is SHA-256(0x00 ‖ leaf)."""

    index = models.PositiveBigIntegerField(_("number"), primary_key=True)
    kind = models.CharField(_("kind"), max_length=40)
    letter = models.CharField(_("letter"), max_length=40, blank=True, db_index=True)
    leaf = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("register entry")
        verbose_name_plural = _("register")

    def __str__(self) -> str:
        return f"{self.index} {self.kind}"


class RegisterNode(models.Model):
    """The root of one complete subtree: level n covers the 2ⁿ entries from `index`·2ⁿ."""

    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "index"], name="register_node_once"),
            models.CheckConstraint(condition=models.Q(level__gte=1), name="register_node_above_the_leaves"),
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class RegisterCheckpoint(models.Model):
    """The published head of the register at one size: root hash and signed note."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField(blank=True)
    key = models.CharField(max_length=300, blank=True, help_text="The verifier key of whoever signed the note.")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("register checkpoint")
        verbose_name_plural = _("register checkpoints")

    def __str__(self) -> str:
        return f"size {self.size}"
