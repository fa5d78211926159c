"""Triggers and what runs them. Functions import from here: `from shared.runtime import http, Request`."""

from shared.kernel.pages import Page
from shared.runtime.exchange import Request, Stream
from shared.runtime.starting import start
from shared.runtime.triggers import Role, actor, http, schedule, webhook

__all__ = ["Page", "Request", "Role", "Stream", "actor", "http", "schedule", "start", "webhook"]
