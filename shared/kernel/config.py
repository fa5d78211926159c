"""The environment is read here and nowhere else."""

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Everything that can be configured, with its unit. Names in the environment are in `_VARIABLES`."""

    model_config = ConfigDict(frozen=True)

    environment: str = "development"
    home: Path = Path(".hub")
    port: int = 8080
    public_url: str = "http://localhost:8080"
    database_url: str = "postgresql://hanpyo_app@127.0.0.1:8084/hanpyo"
    database_admin_url: str | None = None
    database_pool_size: int = Field(default=12, gt=0)
    redis_url: str = "redis://127.0.0.1:8085/0"
    broker_url: str | None = None
    storage_url: str = "file://.hub/files"
    s3_endpoint_url: str | None = None
    master_key_file: Path | None = None
    jwt_key_file: Path | None = None
    smtp_url: str | None = None
    simulator_url: str = "http://127.0.0.1:8083"
    solapi_base_url: str = "https://api.solapi.com"
    nhn_sms_base_url: str = "https://sms.api.nhncloudservice.com"
    nhn_kakao_base_url: str = "https://kakaotalk-bizmessage.api.nhncloudservice.com"
    sens_base_url: str = "https://sens.apigw.ntruss.com"
    aligo_base_url: str = "https://apis.aligo.in"
    aligo_kakao_base_url: str = "https://kakaoapi.aligo.in"
    log_level: str = "INFO"
    upload_limit_bytes: int = 200 * 1024 * 1024
    tag_limit: int = Field(default=10_000, ge=1)
    default_monthly_limit: int = 100_000
    # After the deadline nobody works on a message any more; the grace is counted from there.
    send_deadline_seconds: int = Field(default=60, ge=6)
    unknown_grace_seconds: int = Field(default=60, ge=5)
    # The same where the carrier does not say our reference: its list may know a message later.
    listing_grace_seconds: int = Field(default=300, ge=5)
    report_poll_seconds: int = 60
    report_expiry_hours: int = 72
    # After a temporary failure at the carrier, where a step does not say; the wait doubles each time.
    delivery_retries: int = Field(default=2, ge=0, le=5)
    delivery_retry_seconds: int = Field(default=60, ge=1)
    # Background work on contacts that stood still so long is given out again; slow work then runs twice.
    recovery_seconds: int = Field(default=20, ge=3)
    # How long an old data key is kept after the new one: longer than any work that began with the old one.
    key_grace_seconds: int = Field(default=70 * 60, ge=0)

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def recovery_window(self) -> timedelta:
        """How long an import, a bulk action or an export may stand still before it counts as lost."""
        return timedelta(seconds=self.recovery_seconds)

    @property
    def send_start_seconds(self) -> float:
        """How old an attempt may be when its call begins; later it is withdrawn instead."""
        return self.send_deadline_seconds / 3

    @property
    def send_call_seconds(self) -> float:
        """How long the call may take. With the start it leaves a sixth of the deadline for the answer."""
        return self.send_deadline_seconds / 2

    @property
    def effective_broker_url(self) -> str:
        return self.broker_url or self.redis_url


_VARIABLES = {
    "environment": "HANPYO_ENV",
    "home": "HANPYO_HOME",
    "port": "HANPYO_PORT",
    "public_url": "HANPYO_PUBLIC_URL",
    "database_url": "DATABASE_URL",
    "database_admin_url": "DATABASE_ADMIN_URL",
    "database_pool_size": "HANPYO_DATABASE_POOL_SIZE",
    "redis_url": "REDIS_URL",
    "broker_url": "BROKER_URL",
    "storage_url": "STORAGE_URL",
    "s3_endpoint_url": "S3_ENDPOINT_URL",
    "master_key_file": "HANPYO_MASTER_KEY_FILE",
    "jwt_key_file": "HANPYO_JWT_KEY_FILE",
    "smtp_url": "SMTP_URL",
    "simulator_url": "HANPYO_SIMULATOR_URL",
    "solapi_base_url": "SOLAPI_BASE_URL",
    "nhn_sms_base_url": "NHN_SMS_BASE_URL",
    "nhn_kakao_base_url": "NHN_KAKAO_BASE_URL",
    "sens_base_url": "SENS_BASE_URL",
    "aligo_base_url": "ALIGO_BASE_URL",
    "aligo_kakao_base_url": "ALIGO_KAKAO_BASE_URL",
    "log_level": "HANPYO_LOG_LEVEL",
    "upload_limit_bytes": "HANPYO_UPLOAD_LIMIT_BYTES",
    "tag_limit": "HANPYO_TAG_LIMIT",
    "default_monthly_limit": "HANPYO_DEFAULT_MONTHLY_LIMIT",
    "send_deadline_seconds": "HANPYO_SEND_DEADLINE_SECONDS",
    "unknown_grace_seconds": "HANPYO_UNKNOWN_GRACE_SECONDS",
    "listing_grace_seconds": "HANPYO_LISTING_GRACE_SECONDS",
    "report_poll_seconds": "HANPYO_REPORT_POLL_SECONDS",
    "report_expiry_hours": "HANPYO_REPORT_EXPIRY_HOURS",
    "delivery_retries": "HANPYO_DELIVERY_RETRIES",
    "delivery_retry_seconds": "HANPYO_DELIVERY_RETRY_SECONDS",
    "recovery_seconds": "HANPYO_RECOVERY_SECONDS",
    "key_grace_seconds": "HANPYO_KEY_GRACE_SECONDS",
}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables; an absent or empty one keeps its default."""
    given = {name: environment[key] for name, key in _VARIABLES.items() if environment.get(key)}
    return Settings.model_validate(given)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return read_settings(os.environ)
