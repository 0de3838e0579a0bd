def new_task() -> None:
    """stub"""
