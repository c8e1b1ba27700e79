"""An executor for engines that keep the domain to themselves."""

from __future__ import annotations

from rasa_sdk.executor import ActionExecutor


class DomainlessActionExecutor(ActionExecutor):
    """Runs actions without the domain, which none of ours reads.

    With `enable_selective_domain` a Rasa 3.6 engine sends neither the domain nor its digest.
    rasa-sdk 3.21 then answers 449 and waits for a retry with the domain, which 3.6 does not know
    (docs/adr/0005).
    """

    def is_domain_digest_valid(self, domain_digest: str | None) -> bool:
        """No domain is needed, so none is out of date."""
        return True
