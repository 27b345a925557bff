"""Many runs that differ in some settings: Optuna chooses and stops them, Dask trains them, a folder holds their files."""
