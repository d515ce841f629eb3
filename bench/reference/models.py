"""The site's own tables, seen by plain Django models: no translation layer, no checks, no methods."""

from django.db import models


class Letter(models.Model):
    """A letter."""

    slug = models.CharField(max_length=80)
    state = models.CharField(max_length=10)
    title_kk = models.CharField(max_length=250)
    body_kk = models.TextField()
    reference = models.CharField(max_length=60)
    published_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "letters_letter"


class Revision(models.Model):
    """The frozen texts."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE)
    fingerprint = models.CharField(max_length=64)

    class Meta:
        managed = False
        db_table = "letters_revision"


class Organization(models.Model):
    """Who signs."""

    slug = models.CharField(max_length=80)
    name_kk = models.CharField(max_length=300)
    abbreviation_kk = models.CharField(max_length=40)
    country = models.CharField(max_length=2)
    domain = models.CharField(max_length=253)

    class Meta:
        managed = False
        db_table = "signatories_organization"


class User(models.Model):
    """A person."""

    email = models.EmailField()
    password = models.CharField(max_length=128)
    language = models.CharField(max_length=2)
    is_superuser = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False)
    is_reviewer = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "base_user"


class EmailAddress(models.Model):
    """A person's mailbox."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    email = models.EmailField()
    verified = models.BooleanField()
    primary = models.BooleanField()

    class Meta:
        managed = False
        db_table = "account_emailaddress"


class Representative(models.Model):
    """A person for an organization."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    role = models.CharField(max_length=20, default="representative")

    class Meta:
        managed = False
        db_table = "signatories_representative"


class Mandate(models.Model):
    """On what authority."""

    representative = models.ForeignKey(Representative, on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    position = models.CharField(max_length=200)
    basis = models.CharField(max_length=10)
    basis_note = models.CharField(max_length=300)
    stated_at = models.DateTimeField()
    document = models.CharField(max_length=200, default="")
    document_sha256 = models.CharField(max_length=64, default="")

    class Meta:
        managed = False
        db_table = "signatories_mandate"


class Signature(models.Model):
    """A claim to sign."""

    token = models.CharField(max_length=40)
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    state = models.CharField(max_length=10)
    email = models.EmailField()
    person_name = models.CharField(max_length=200)
    position = models.CharField(max_length=200)
    basis = models.CharField(max_length=10)
    code_hash = models.CharField(max_length=64)
    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE)
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.CASCADE)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "signatories_signature"


class Evidence(models.Model):
    """What was checked."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.CASCADE)
    kind = models.CharField(max_length=20)
    result = models.CharField(max_length=10, default="passed")
    public_fact = models.CharField(max_length=300, default="")
    detail = models.CharField(max_length=300)
    checked_at = models.DateTimeField()
    document = models.CharField(max_length=200, default="")
    document_sha256 = models.CharField(max_length=64, default="")

    class Meta:
        managed = False
        db_table = "signatories_evidence"


class JournalEntry(models.Model):
    """Who did what."""

    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.CASCADE)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    scope = models.CharField(max_length=80)
    details = models.JSONField()

    class Meta:
        managed = False
        db_table = "base_journalentry"


class Mail(models.Model):
    """A message that waits."""

    state = models.CharField(max_length=10, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=200, default="")
    reason = models.CharField(max_length=300, default="")
    created_at = models.DateTimeField()
    to = models.EmailField()
    language = models.CharField(max_length=2)
    template = models.CharField(max_length=60)
    context = models.JSONField()
    headers = models.JSONField(default=dict)
    reference = models.CharField(max_length=60, default="")

    class Meta:
        managed = False
        db_table = "base_mail"
