{{ new_files() }}
