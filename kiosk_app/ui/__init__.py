"""The touchscreen: draws a ``ViewData`` with Kivy and posts touches. Importing this package loads no toolkit."""
