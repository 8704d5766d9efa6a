"""The components behind `{% load look %}`, one topic a module."""
