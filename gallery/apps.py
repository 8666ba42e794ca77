from django.apps import AppConfig


class GalleryConfig(AppConfig):
    name = "gallery"
    verbose_name = "Galleries"

    def ready(self) -> None:
        from gallery import checks, throttle  # noqa: F401 - registers the checks

        throttle.listen()
