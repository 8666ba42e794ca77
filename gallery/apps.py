from django.apps import AppConfig


class GalleryConfig(AppConfig):
    name = "gallery"
    verbose_name = "Galleries"

    def ready(self) -> None:
        from gallery import checks, throttle, wall_names  # noqa: F401 - registers the checks

        throttle.listen()
        wall_names.listen()
