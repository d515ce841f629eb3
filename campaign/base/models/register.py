"""Tables of the public register: an append-only Merkle tree (RFC 6962, section 2.1).

Only complete subtrees of level 1 and above are stored as nodes; level 0 is the entries' own hashes.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.base.languages import LANGUAGE_CHOICES


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
        indexes = [
            models.Index(fields=["index"], condition=models.Q(kind="register.key"), name="register_key_entries"),
        ]

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

    @property
    def witnessed_note(self) -> str:
        """The note with the lines of all witnesses that signed it, too."""
        lines = self.cosignatures.order_by("pk").values_list("line", flat=True)
        return self.note + "".join(lines)


class RegisterWitness(models.Model):
    """Somebody else who watches the register: a partner with a key (C2SP tlog-cosignature) and, where wanted, a daily message."""

    name = models.CharField(_("name of the key"), max_length=200, unique=True)
    key = models.CharField(_("key"), max_length=300, help_text="The verifier key in one line.")
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    mailed_size = models.PositiveBigIntegerField(
        default=0, help_text="Size of the checkpoint in the last message; 0 before the first."
    )
    retired_at = models.DateTimeField(_("retired"), null=True)

    class Meta:
        verbose_name = _("witness of the register")
        verbose_name_plural = _("witnesses of the register")

    def __str__(self) -> str:
        return self.name


class RegisterCosignature(models.Model):
    """That a witness found a checkpoint to continue what it had seen before: its line in the note, and its own time."""

    checkpoint = models.ForeignKey(RegisterCheckpoint, models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(RegisterWitness, models.PROTECT, related_name="cosignatures")
    line = models.CharField(max_length=400)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("cosignature")
        verbose_name_plural = _("cosignatures")
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="register_cosigned_once"),
        ]
        indexes = [models.Index(fields=["witness", "-checkpoint"], name="register_cosigned_last")]

    def __str__(self) -> str:
        return f"{self.witness_id} at {self.checkpoint_id}"
