"""The REST API in front of the functions."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aws_cdk import Duration, Size
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.capacity import Throttle
from infra.environments import CustomDomain, Environment, Part
from infra.log_groups import log_group
from infra.problems import add_problems
from infra.routes import BINARY, ROUTES, Route

STAGE = "v1"
_ACCESS = {
    "request_id": "$context.requestId",
    "time": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "key_id": "$context.identity.apiKeyId",
    "method": "$context.httpMethod",
    "path": "$context.resourcePath",
    "status": "$context.status",
    "milliseconds": "$context.responseLatency",
    "function_milliseconds": "$context.integrationLatency",
    "bytes": "$context.responseLength",
    "refused": "$context.error.responseType",
}
"""One line per request, without the query, since addresses of pictures may be secret."""


class Api(Construct):
    """A regional API that requires a key, validates requests, throttles, and logs every access.

    Attributes:
        api: the API.
        access_log: the log of all requests.
        key: the first key; others can be created and added to the same usage plan.
        own_key: the key with which the deployment checks itself.
        url: address of the API.
        alias: target of the custom domain's DNS record; ``None`` without one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        functions: Mapping[str, lambda_.IFunction],
    ) -> None:
        super().__init__(scope, construct_id)
        self._environment = environment
        self.access_log = log_group(self, "Access", environment)
        self.api = self._rest_api()
        self._keep_execution_log()
        add_problems(self.api, environment.cors_origin)
        self._add_methods(functions)
        self.key = self.api.add_api_key("Key")
        self.own_key = self.api.add_api_key("OwnKey")
        plan = self.api.add_usage_plan(
            "Plan",
            throttle=_throttle(environment.throttle),
            quota=apigateway.QuotaSettings(
                limit=environment.throttle.day, period=apigateway.Period.DAY
            ),
        )
        plan.add_api_key(self.key)
        plan.add_api_key(self.own_key)
        plan.add_api_stage(stage=self.api.deployment_stage)
        self.url = self.api.url
        self.alias: str | None = None
        if environment.custom_domain is not None:
            self._name(environment.custom_domain)

    def _rest_api(self) -> apigateway.RestApi:
        environment = self._environment
        return apigateway.RestApi(
            self,
            "Api",
            rest_api_name=environment.api_name,
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            binary_media_types=list(BINARY),
            min_compression_size=Size.kibibytes(1),
            cloud_watch_role=True,
            disable_execute_api_endpoint=environment.custom_domain is not None,
            deploy_options=self._stage_options(),
            default_cors_preflight_options=_cors(environment.cors_origin),
        )

    def _stage_options(self) -> apigateway.StageOptions:
        load = self._environment.load
        return apigateway.StageOptions(
            stage_name=STAGE,
            access_log_destination=apigateway.LogGroupLogDestination(self.access_log),
            access_log_format=apigateway.AccessLogFormat.custom(json.dumps(_ACCESS)),
            tracing_enabled=True,
            method_options={
                "/*/*": self._method_options(self._environment.throttle),
                **{
                    f"/{route.path.strip('/')}/{route.method}": self._method_options(
                        Throttle.of(route.rate(load))
                    )
                    for route in ROUTES
                },
            },
        )

    def _method_options(self, throttle: Throttle) -> apigateway.MethodDeploymentOptions:
        """All options of methods: a method with options of its own inherits none."""
        return apigateway.MethodDeploymentOptions(
            logging_level=apigateway.MethodLoggingLevel.ERROR,
            data_trace_enabled=False,
            metrics_enabled=self._environment.has(Part.METHOD_METRICS),
            throttling_rate_limit=throttle.rate,
            throttling_burst_limit=throttle.burst,
        )

    def _keep_execution_log(self) -> None:
        """Give the log that API Gateway writes an end: one that it creates itself has none."""
        name = f"API-Gateway-Execution-Logs_{self.api.rest_api_id}/{STAGE}"
        group = log_group(self, "Execution", self._environment, name)
        self.api.deployment_stage.node.add_dependency(group)

    def _add_methods(self, functions: Mapping[str, lambda_.IFunction]) -> None:
        validator = self.api.add_request_validator(
            "Validator", validate_request_body=True, validate_request_parameters=True
        )
        integrations = {
            name: apigateway.LambdaIntegration(function, allow_test_invoke=False)
            for name, function in functions.items()
        }
        for route in ROUTES:
            self.api.root.resource_for_path(route.path).add_method(
                route.method,
                integrations[route.function],
                api_key_required=route.needs_key,
                request_validator=validator,
                request_parameters={f"method.request.querystring.{q}": True for q in route.query},
                request_models=self._models(route),
            )

    def _models(self, route: Route) -> dict[str, apigateway.IModel] | None:
        """The required members of a JSON body; the function validates the rest."""
        if route.body is None:
            return None
        model = self.api.add_model(
            route.body.__name__,
            schema=apigateway.JsonSchema(
                type=apigateway.JsonSchemaType.OBJECT,
                required=route.body.model_json_schema().get("required"),
            ),
        )
        return {"application/json": model}

    def _name(self, domain: CustomDomain) -> None:
        """Serve the API only under that name."""
        name = self.api.add_domain_name(
            "Domain",
            domain_name=domain.name,
            certificate=acm.Certificate.from_certificate_arn(
                self, "Certificate", domain.certificate_arn
            ),
            endpoint_type=apigateway.EndpointType.REGIONAL,
            security_policy=apigateway.SecurityPolicy.TLS_1_2,
        )
        self.url = f"https://{domain.name}/"
        self.alias = name.domain_name_alias_domain_name


def _throttle(throttle: Throttle) -> apigateway.ThrottleSettings:
    return apigateway.ThrottleSettings(rate_limit=throttle.rate, burst_limit=throttle.burst)


def _cors(origin: str | None) -> apigateway.CorsOptions | None:
    """The answer to preflight requests of browsers, which the gateway gives itself.

    Other answers name the site, too: those of functions in ``lookalike.aws.api``, those of the
    gateway in ``infra.problems``, those of the firewall in ``infra.waf``.
    """
    if origin is None:
        return None
    return apigateway.CorsOptions(
        allow_origins=[origin],
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["content-type", "x-api-key"],
        max_age=Duration.hours(1),
    )
