"""The bus that events of the catalogue are published on, its archive, and a webhook."""

from __future__ import annotations

from aws_cdk import Duration, SecretValue
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.environments import Environment, EventWebhook, Part
from lookalike.storage.dynamodb.events import KEPT_DAYS

_PATIENCE = Duration.hours(24)
"""The longest that EventBridge goes on; it waits longer after each attempt."""
_ATTEMPTS = 185


class EventBus(Construct):
    """A bus of its own, since rules on it see nothing but these events.

    Attributes:
        bus: the bus.
        source: what events on it name as their source.
        dead_letters: the queue of events that could not be published, or not be delivered.
    """

    def __init__(self, scope: Construct, construct_id: str, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        self.source = environment.api_name
        self.bus = events.EventBus(self, "Bus", event_bus_name=environment.api_name)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        self._every_event = events.EventPattern(source=[self.source])
        if environment.has(Part.EVENT_ARCHIVE):
            self.bus.archive(
                "Archive",
                description="Events of the catalogue, to be replayed.",
                event_pattern=self._every_event,
                retention=Duration.days(KEPT_DAYS),
            )
        if environment.event_webhook is not None:
            self._send(environment.event_webhook)

    def _send(self, webhook: EventWebhook) -> None:
        """Send every event to an address, with the secret in a header.

        EventBridge sends the header as it is: it cannot sign, which takes a digest of the body.
        """
        connection = events.Connection(
            self,
            "Connection",
            description="The secret that the receiver of events knows us by.",
            authorization=events.Authorization.api_key(
                "Authorization", SecretValue.secrets_manager(webhook.secret)
            ),
        )
        destination = events.ApiDestination(
            self,
            "Destination",
            connection=connection,
            endpoint=webhook.url,
            http_method=events.HttpMethod.POST,
            rate_limit_per_second=webhook.per_second,
        )
        events.Rule(
            self,
            "Webhook",
            description="Sends events of the catalogue to a webhook.",
            event_bus=self.bus,
            event_pattern=self._every_event,
            targets=[
                targets.ApiDestination(
                    destination,
                    event=events.RuleTargetInput.from_event_path("$.detail"),
                    dead_letter_queue=self.dead_letters,
                    retry_attempts=_ATTEMPTS,
                    max_event_age=_PATIENCE,
                )
            ],
        )
