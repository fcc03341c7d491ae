"""The stack of the data: what is kept, and the roles that may access it."""

from __future__ import annotations

from constructs import Construct

from infra.buckets import Buckets
from infra.encryption import customer_key
from infra.environment_stack import EnvironmentStack
from infra.environments import Environment
from infra.event_bus import EventBus
from infra.identities import Identities
from infra.tables import Tables


class DataStack(EnvironmentStack):
    """Tables, buckets and the bus of events, and the role of each function.

    The roles are here, since the search service names them in its access policy, and functions get
    the address of the search service: a stack of their own would depend on both.

    Attributes:
        key: the key that encrypts them, and the index; ``None``: keys of AWS do.
        tables: the tables.
        buckets: the buckets.
        events: the bus of events.
        identities: the roles and log groups of the functions and of the administrator.
        imports_arn: the ARN of the bucket of imports, for other stacks.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, "data", "its data, and who may access them")
        self.key = customer_key(self, "Key", environment)
        self.tables = Tables(self, "Tables", environment, self.key)
        self.buckets = Buckets(self, "Buckets", environment, self.key)
        self.events = EventBus(self, "Events", environment)
        self.identities = Identities(
            self, "Identities", environment, self.tables, self.buckets, self.events, key=self.key
        )
        # By a name that is known: what may be accessed with it is written down.
        self.imports_arn: str = self.export_value(
            self.buckets.imports.bucket_arn, name=f"{self.stack_name}:ImportsBucketArn"
        )
