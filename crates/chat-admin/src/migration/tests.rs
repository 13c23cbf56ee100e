mod checks;
mod cutting;
mod exporting;
mod format;
