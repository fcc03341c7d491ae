"""The stack of the code: functions, API, sync and alarms, and how they are connected."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from aws_cdk import CfnOutput
from constructs import Construct

from infra import spending
from infra.alarms import Alarms
from infra.api import Api
from infra.compaction import Compaction
from infra.cost import CostAnomaly
from infra.dashboard import Dashboard
from infra.data_stack import DataStack
from infra.duplicates import Duplicates
from infra.environment_stack import EnvironmentStack
from infra.environments import Environment, Part
from infra.event_publishing import EventPublishing
from infra.function_specs import COMPACT_INDEX
from infra.functions import CodeSource, FunctionFactory, Functions, bundled
from infra.imports import Imports
from infra.machine_names import DUPLICATES, IMPORTS, machine_arn
from infra.metrics import Watched
from infra.prepared_search import PreparedSearch, used_aliases
from infra.reconciliation import Reconciliation
from infra.registering import Registering
from infra.rollout import Rollout
from infra.routes import FURTHER_SHARE
from infra.search_models import SearchModels
from infra.search_stack import SearchStack
from infra.service_check import ServiceCheck
from infra.sync import LooksSync, Sync
from infra.traffic_alarms import stops_releases
from infra.waf import WebAcl
from lookalike.storage.index_kind import IndexKind
from lookalike.storage.opensearch.service import INDEX_BASE, LOOKS_BASE


class ServiceStack(EnvironmentStack):
    """Everything that changes with the code; its outputs say where everything is.

    Args:
        scope: the app.
        environment: the environment.
        data: the stack of the data.
        search: the stack of the search service; ``None``: there is none.
        code: returns zips; those of tests are empty.

    Attributes:
        api_key_arn: the ARN of the key that operators give to callers, for other stacks.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        data: DataStack,
        search: SearchStack | None,
        code: CodeSource = bundled,
    ) -> None:
        super().__init__(scope, environment, "", "is this picture in the catalogue?")
        self._environment = environment
        self._data = data
        self._search = search
        network = search.network if search else None
        self._factory = factory = FunctionFactory(environment, code, network)
        known = data.identities
        self._models = (
            SearchModels(self, "Models", environment, known.by_function)
            if environment.models
            else None
        )
        self._prepared = (
            PreparedSearch(
                self,
                "Search",
                environment,
                known,
                factory,
                url=search.url,
                models=self._model_settings["search_models"],
            )
            if search
            else None
        )
        self._compaction = self._compact() if environment.uses(IndexKind.SMALL) else None
        self._functions = Functions(self, "Functions", factory, known.by_function, self._settings())
        self._let_use_models()
        Imports(self, "Imports", environment, self._functions.by_name, data)
        Duplicates(self, "Duplicates", environment, self._functions.by_name, data)
        self._api = Api(self, "Api", environment, self._functions.live)
        self.api_key_arn: str = self._api.key.key_arn
        self._start_when_prepared(*self._keep_in_step(), *self._functions.live.values())
        self._publish_events()
        self._start_when_prepared(self._register_written())
        self._watch()
        self._add_outputs()

    def _settings(self) -> dict[str, str | None]:
        """The values of all settings, by the names of their fields."""
        environment = self._environment
        return {
            "products_table": self._data.tables.products.table_name,
            "pictures_table": self._data.tables.pictures.table_name,
            "imports_table": self._data.tables.imports.table_name,
            "decisions_table": self._data.tables.decisions.table_name,
            "events_table": self._data.tables.events.table_name,
            "event_bus": self._data.events.bus.event_bus_name,
            "event_source": self._data.events.source,
            "dead_events_queue": self._data.events.dead_letters.queue_url,
            "indices": json.dumps(environment.indices),
            "opensearch_endpoint": self._search.url if self._search else None,
            "opensearch_service": environment.search.value,
            "index_alias": INDEX_BASE,
            "looks_alias": LOOKS_BASE,
            "looks_quantisation": environment.looks_quantisation.value,
            **self._model_settings,
            "changes_table": self._changes_table,
            "snapshots_bucket": self._snapshots_bucket,
            "uploads_bucket": self._data.buckets.uploads.bucket_name,
            "imports_bucket": self._data.buckets.imports.bucket_name,
            "imports_machine": machine_arn(self, environment, IMPORTS),
            "reconcile_parts": str(environment.reconcile_parts),
            "duplicates_machine": machine_arn(self, environment, DUPLICATES),
            "failed_records_bucket": self._data.buckets.failed_records.bucket_name,
            "allow_private_hosts": str(environment.allow_private_hosts).lower(),
            "downloads_per_host": str(environment.downloads_per_host),
            "obey_robots_txt": str(environment.obey_robots_txt).lower(),
            "further_searches": f"{FURTHER_SHARE * environment.load.checks_per_second:g}",
            "cors_origin": environment.cors_origin,
            "calibration_json": environment.calibration_json,
        }

    @property
    def _model_settings(self) -> Mapping[str, str | None]:
        """The values of settings about models; without any, functions have the built-in one."""
        unset = dict.fromkeys(("search_models", "models_bucket", "likeness_scales"))
        return self._models.settings if self._models else unset

    def _let_use_models(self) -> None:
        """Let functions begin, and their snapshots be taken, once they may use their models."""
        for name, policy in self._models.policies.items() if self._models else ():
            self._functions.by_name[name].node.add_dependency(policy)

    @property
    def _changes_table(self) -> str | None:
        changes = self._data.tables.changes
        return changes.table_name if changes else None

    @property
    def _snapshots_bucket(self) -> str | None:
        snapshots = self._data.buckets.snapshots
        return snapshots.bucket_name if snapshots else None

    def _compact(self) -> Compaction:
        identity = self._data.identities.by_function[COMPACT_INDEX.name]
        return Compaction(self, "Compaction", self._factory, identity, self._settings())

    def _keep_in_step(self) -> Iterator[Construct]:
        tables, failed_records = self._data.tables, self._data.buckets.failed_records
        follower = self._functions.by_name["index_pictures"]
        yield Sync(self, "Sync", tables.pictures, failed_records, follower=follower)
        reconciler = self._functions.by_name["reconcile_index"]
        yield Reconciliation(self, "Reconciliation", self._environment, reconciler)
        if self._environment.uses(IndexKind.OPENSEARCH):
            yield LooksSync(self, "LooksSync", tables.products, failed_records, follower=follower)

    def _register_written(self) -> Registering:
        return Registering(
            self,
            "Registering",
            self._data.tables.products,
            self._functions.by_name["register_products"],
            self._data.buckets.failed_records,
        )

    def _publish_events(self) -> None:
        EventPublishing(
            self,
            "Publishing",
            self._data.tables.events,
            self._functions.by_name["publish_events"],
            self._data.events.dead_letters,
        )

    def _start_when_prepared(self, *users: Construct) -> None:
        """Create users of the index after it, at every deployment that prepares one.

        Callers wait for the aliases: until they move, the former release answers, and at the first
        deployment nothing does.
        """
        if self._prepared is not None:
            for user in users:
                user.node.add_dependency(self._prepared.resource)

    def _watch(self) -> None:
        environment, stage = self._environment, self._api.api.deployment_stage
        changes = self._data.tables.changes
        watched = Watched(
            environment,
            stage,
            self._functions.by_name,
            {
                "products": self._data.tables.products,
                "pictures": self._data.tables.pictures,
                "imports": self._data.tables.imports,
                "decisions": self._data.tables.decisions,
                "events": self._data.tables.events,
                **({"changes": changes} if changes else {}),
            },
            self._data.buckets.failed_records,
            self._data.events.dead_letters,
            self._api.access_log,
            self._compaction.function if self._compaction else None,
        )
        alarms = Alarms(self, "Alarms", watched)
        if environment.has(Part.DASHBOARD):
            Dashboard(self, "Dashboard", watched, list(alarms.by_name.values()))
        self._start_when_prepared(
            ServiceCheck(self, "ServiceCheck", environment, self._factory, self._api)
        )
        if environment.has(Part.WEB_ACL):
            WebAcl(self, "WebAcl", environment, stage)
        if environment.has(Part.ROLLOUT):
            self._roll_out(alarms)
        if environment.has(Part.SPENDING):
            breakers = [
                spending.Breaker(self, watched, self._factory, each, alarms.by_name[each.alarm])
                for each in spending.SPENDERS
            ]
            alarms.add(spending.failed_breakers(breakers))
        if environment.cost_anomaly:
            CostAnomaly(self, "CostAnomaly", environment, alarms.topic)

    def _roll_out(self, alarms: Alarms) -> None:
        stopping = [alarm for name, alarm in alarms.by_name.items() if stops_releases(name)]
        Rollout(self, "Rollout", self._functions.live, self._functions.by_name, alarms=stopping)

    def _add_outputs(self) -> None:
        """Outputs for operators and the command line."""
        outputs = {
            "ApiUrl": self._api.url,
            "ApiKeyId": self._api.key.key_id,
            "ApiAlias": self._api.alias,
            "ProductsTable": self._data.tables.products.table_name,
            "PicturesTable": self._data.tables.pictures.table_name,
            "ImportsTable": self._data.tables.imports.table_name,
            "DecisionsTable": self._data.tables.decisions.table_name,
            "EventsTable": self._data.tables.events.table_name,
            "EventBus": self._data.events.bus.event_bus_name,
            "UploadsBucket": self._data.buckets.uploads.bucket_name,
            "ImportsBucket": self._data.buckets.imports.bucket_name,
            "FailedRecordsBucket": self._data.buckets.failed_records.bucket_name,
            "Indices": ",".join(self._environment.indices),
            "ChangesTable": self._changes_table,
            "SnapshotsBucket": self._snapshots_bucket,
            "OpenSearchEndpoint": self._search.url if self._search else None,
            "IndexAliases": ",".join(used_aliases(self._environment)) if self._search else None,
            "OpenSearchAdministratorRole": self._data.identities.administrator.role.role_arn,
        }
        for name, value in outputs.items():
            if value is not None:
                CfnOutput(self, name, value=value)
