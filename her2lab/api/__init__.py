"""What ``import her2lab`` gives: the library, trials and their results, cell culture, models, statements, reasons."""
