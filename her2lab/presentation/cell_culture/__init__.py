"""Cell experiments for people and machines: what was asked, tables, pictures, files, and the list of what there is."""
