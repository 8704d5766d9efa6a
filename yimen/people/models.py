"""Nouns of people: accounts, tokens, parties, mandates, disclosures."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from yimen.lib import masking
from yimen.lib.ids import new_id
from yimen.lib.time import now

ERASED_NAME = "（已删除）"


class Account(AbstractBaseUser):
    """Who signs in. No e-mail needed; powers come from seats (`bodies`), never from here."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("工作人员")
        RESIDENT = "resident", _("居民")
        PARTNER = "partner", _("合作单位")
        MACHINE = "machine", _("系统")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9, default="0")
    username = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.RESIDENT)
    party = models.ForeignKey(
        "Party", models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    language = models.CharField(max_length=8, default="zh-hans")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)
    locked_at = models.DateTimeField(null=True, blank=True)
    session_epoch = models.PositiveIntegerField(default=0)

    objects: ClassVar[BaseUserManager] = BaseUserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        indexes = [models.Index(fields=["street", "kind", "username"], name="account_street")]
        constraints = [
            models.CheckConstraint(
                name="account_locked_is_inactive",
                condition=Q(locked_at=None, is_active=True)
                | Q(locked_at__isnull=False, is_active=False),
            ),
            models.CheckConstraint(
                name="account_kind_known",
                condition=Q(kind__in=["staff", "resident", "partner", "machine"]),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def called(self) -> str:
        """What colleagues read: the person's name, or of a machine the account's. One query where
        `party` was not selected along."""
        return self.party.name if self.party else self.username

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """Django ends a session whose hash is another one: a new password changes it, and so does
        a new epoch (`sign_out_everywhere`)."""
        key = "yimen.people.Account.session"
        return salted_hmac(
            key, f"{self.password}:{self.session_epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()


class Token(models.Model):
    """A key for machines and the command line. Only its SHA-256 is kept: 256 random bits need
    no slow hash, and nobody can read a usable token out of a backup."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class Party(models.Model):
    """A person or an organisation as one street knows it. Names can be read and searched;
    numbers are sealed, indexed blind, and shown as masks."""

    class Sort(models.TextChoices):
        PERSON = "person", _("自然人")
        ORGANISATION = "organisation", _("法人或其他组织")

    class IdType(models.TextChoices):
        RESIDENT_ID = "resident_id", _("居民身份证")
        PASSPORT = "passport", _("护照")
        HK_MACAO = "hk_macao", _("港澳居民来往内地通行证")
        TAIWAN = "taiwan", _("台湾居民来往大陆通行证")
        FOREIGN_PERMANENT = "foreign_permanent", _("外国人永久居留身份证")
        USCC = "uscc", _("统一社会信用代码")
        OTHER = "other", _("其他或无证件")

    class Sex(models.TextChoices):  # GB/T 2261.1
        UNKNOWN = "0", _("未知")
        MALE = "1", _("男")
        FEMALE = "2", _("女")
        NOT_STATED = "9", _("未说明")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    sort = models.CharField(max_length=12, choices=Sort)
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=400, blank=True)
    id_type = models.CharField(max_length=17, choices=IdType)
    id_sealed = models.BinaryField(null=True, blank=True)
    id_index = models.BinaryField(null=True, blank=True)
    id_mask = models.CharField(max_length=40, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.UNKNOWN)
    phone_sealed = models.BinaryField(null=True, blank=True)
    phone_index = models.BinaryField(null=True, blank=True)
    phone_mask = models.CharField(max_length=30, blank=True)
    address = models.ForeignKey(
        "places.Address", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    division = models.CharField(max_length=12, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    # of the account that belongs to the record, "" without one; None when it was not read along
    account_language: str | None = None

    class Meta:
        indexes = [
            # also finds the number on a record that was merged away, which points to the right one
            models.Index(fields=["street", "id_index"], name="party_id_index"),
            # one person's records in every street
            models.Index(
                fields=["id_index"],
                name="party_same_document",
                condition=Q(id_index__isnull=False),
            ),
            models.Index(fields=["street", "phone_index"], name="party_phone_index"),
            models.Index(fields=["street", "name_key", "id"], name="party_name_order"),
            models.Index(
                F("street"), OpClass(F("name"), "varchar_pattern_ops"), name="party_name_prefix"
            ),
            models.Index(
                F("street"),
                OpClass(Replace(F("name_key"), Value(" "), Value("")), "text_pattern_ops"),
                name="party_letters_prefix",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["street", "id_type", "id_index"],
                condition=Q(merged_into=None),
                name="party_one_record_per_document",
            ),
            models.CheckConstraint(
                name="party_number_whole",
                condition=Q(id_sealed=None, id_index=None, id_mask="")
                | Q(id_sealed__isnull=False, id_index__isnull=False) & ~Q(id_mask=""),
            ),
            models.CheckConstraint(
                name="party_phone_whole",
                condition=Q(phone_sealed=None, phone_index=None, phone_mask="")
                | Q(phone_sealed__isnull=False, phone_index__isnull=False) & ~Q(phone_mask=""),
            ),
            models.CheckConstraint(
                name="party_without_number_is_other",
                condition=Q(id_index__isnull=False) | Q(id_type="other"),
            ),
            models.CheckConstraint(
                name="party_erased_is_gone",
                condition=Q(erased_at=None)
                | Q(
                    name="（已删除）",
                    name_key="",
                    id_index=None,
                    phone_index=None,
                    birth_date=None,
                    address=None,
                    division="",
                ),
            ),
            models.CheckConstraint(
                name="party_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
            models.CheckConstraint(
                name="party_sort_known", condition=Q(sort__in=["person", "organisation"])
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)  # a name does not belong in a log line

    @property
    def called(self) -> str:
        """The name as it is read; who rang and said none is an unknown caller."""
        return masking.called(self.name)


class Mandate(models.Model):
    """The right to act for somebody. `scope` is ["all"] or the codes of matters. An agent's and
    a firm handler's mandate must end; a guardian's may stay open."""

    class Capacity(models.TextChoices):
        GUARDIAN = "guardian", _("监护人")
        AGENT = "agent", _("委托代办人")
        HANDLER = "handler", _("单位经办人")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    principal = models.ForeignKey(Party, models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey(Party, models.PROTECT, related_name="mandates_held")
    capacity = models.CharField(max_length=8, choices=Capacity)
    scope = ArrayField(models.CharField(max_length=64))
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    file = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["street", "principal", "valid_from"], name="mandate_principal"),
            models.Index(fields=["street", "agent", "valid_from"], name="mandate_agent"),
        ]
        constraints = [
            models.CheckConstraint(name="mandate_between_two", condition=~Q(principal=F("agent"))),
            models.CheckConstraint(
                name="mandate_ends_after_start",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="mandate_agent_has_end",
                condition=Q(capacity="guardian") | Q(valid_until__isnull=False),
            ),
            models.CheckConstraint(name="mandate_scope_named", condition=Q(scope__len__gte=1)),
            models.CheckConstraint(
                name="mandate_capacity_known",
                condition=Q(capacity__in=["guardian", "agent", "handler"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Binding(models.Model):
    """A one-time code, handed out on paper to somebody whose document a desk has seen: with it
    and the document number an account is joined to the record. Only a keyed digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    party = models.ForeignKey(Party, models.PROTECT, related_name="bindings")
    digest = models.BinaryField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="bindings"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party"], condition=Q(ended_at=None), name="binding_one_live_per_party"
            ),
            models.UniqueConstraint(
                fields=["digest"], condition=Q(ended_at=None), name="binding_live_code_once"
            ),
            models.CheckConstraint(
                name="binding_expires_later", condition=Q(expires_at__gt=F("issued_at"))
            ),
            models.CheckConstraint(
                name="binding_used_is_ended", condition=Q(account=None) | Q(ended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Disclosure(models.Model):
    """Somebody saw a number in full: who, whose, which, why, about what. The party can read it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    party = models.ForeignKey(Party, models.PROTECT, related_name="disclosures")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    appointment = models.UUIDField(null=True, blank=True)
    field = models.CharField(max_length=70)
    reason = models.CharField(max_length=200)
    about = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    seen_by: str  # by which seat, in words: put there by queries.name_seats

    class Meta:
        indexes = [models.Index(fields=["street", "party", "-at", "-id"], name="disclosure_party")]
        constraints = [
            models.CheckConstraint(name="disclosure_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Merge(models.Model):
    """Two records of one person became one. What the kept record held before is sealed here, so
    that a mistake can be undone; other houses follow `Party.merged_into` and change nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    keep = models.ForeignKey(Party, models.PROTECT, related_name="merges_kept")
    drop = models.ForeignKey(Party, models.PROTECT, related_name="merges_dropped")
    taken = ArrayField(models.CharField(max_length=20), default=list)
    before_sealed = models.BinaryField()
    reason = models.CharField(max_length=200)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["street", "keep"], name="merge_keep")]
        constraints = [
            models.CheckConstraint(name="merge_of_two", condition=~Q(keep=F("drop"))),
            models.CheckConstraint(name="merge_has_reason", condition=~Q(reason="")),
            models.UniqueConstraint(
                fields=["drop"], condition=Q(undone_at=None), name="merge_dropped_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
