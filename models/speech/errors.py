"""Errors of the speech-model builder."""


class SpeechModelError(Exception):
    """Why no speech model could be made.

    ``code`` is stable and meant for programs; ``message`` says what is wrong, where, and what to do next.
    Codes: ``no_sentences``, ``not_chinese``, ``weights_missing``, ``weights_damaged``, ``language_damaged``,
    ``out_not_writable``, ``training_tools_missing``, ``training_failed``, ``model_unsuitable``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
