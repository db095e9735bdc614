"""Which authorities the ``citations`` check knows beside the brief."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from aigc_guard.checks.interface import Settings
from aigc_guard.checks.lists import FromFile

Authority = Annotated[str, Field(min_length=1, pattern=r"\S")]


class CitationsSettings(Settings):
    """The team's own list of authorities, in the rule or in a file beside the policy."""

    authorities: tuple[Authority, ...] = Field(
        (),
        description="Authorities that may be cited, with the case's name: "
        "`410 U.S. 113 (1973) | Roe v. Wade`, `《民法典》第一条至第一千二百六十条`.",
    )
    authority_list: FromFile | None = Field(
        default=None,
        description="File of authorities, `citation | name` a line, or .csv or .jsonl with these "
        "two columns.",
    )

    @model_validator(mode="after")
    def _is_read(self) -> Self:
        """An authority that can't be read as a citation would never be found: say so now."""
        if not self.rows:
            return self
        from aigc_guard.checks.citations.known import unread_rows

        unread = unread_rows(self.rows)
        if unread:
            lines = ", ".join(str(number) for number in unread[:5])
            raise PydanticCustomError(
                "list_file",
                "the authorities hold no citation in entry {lines}",
                {"lines": lines, "mend": "write each as the citation itself | the case's name"},
            )
        return self

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Citation and name of every authority, those in the rule first."""
        own = [tuple(part.strip() for part in one.partition(" | ")) for one in self.authorities]
        listed = self.authority_list.rows if self.authority_list is not None else ()
        return (*((one[0], one[2]) for one in own), *listed)
