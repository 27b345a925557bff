"""Many runs that differ in some settings: chosen and stopped by Optuna, trained by Dask, one folder of ordinary run files."""
