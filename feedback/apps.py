from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = "Notes and decisions"

    def ready(self) -> None:
        from feedback import archiving, decisions, hung, keeping, kinds, photos, telling

        kinds.listen()
        archiving.listen()
        decisions.listen()
        hung.listen()
        keeping.listen()
        photos.listen()
        telling.listen()
