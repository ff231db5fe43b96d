"""The properties that STIX 2.1 gives to each type of object, to extensions of its own, to what is nested in them."""

from typing import Final

from gateway.stix.checks.word_list import words

__all__ = [
    "EXTENSIONS",
    "EXTENSION_PARTS",
    "EXTENSION_PROPERTIES",
    "OBSERVABLES",
    "PARTS",
    "PROPERTIES",
    "UNVERSIONED",
]

_DOMAIN: Final = words(
    """
    type spec_version id created_by_ref created modified revoked labels confidence lang external_references
    object_marking_refs granular_markings extensions
    """
)
"""Common to domain, relationship and most meta objects (3.2)."""

_OBSERVABLE: Final = words("type id spec_version object_marking_refs granular_markings defanged extensions")
"""Common to cyber observables (3.2)."""

_OWN: Final = {
    "attack-pattern": "name description kill_chain_phases aliases",
    "campaign": "name description aliases first_seen last_seen objective",
    "course-of-action": "name description action",
    "grouping": "name description context object_refs",
    "identity": "name description roles identity_class sectors contact_information",
    "incident": "name description",
    "indicator": """
        name description indicator_types pattern pattern_type pattern_version valid_from valid_until
        kill_chain_phases
    """,
    "infrastructure": "aliases name description infrastructure_types kill_chain_phases first_seen last_seen",
    "intrusion-set": """
        name description aliases first_seen last_seen goals resource_level primary_motivation secondary_motivations
    """,
    "location": """
        name description latitude longitude precision region country administrative_area city street_address
        postal_code
    """,
    "malware": """
        name description malware_types is_family aliases kill_chain_phases first_seen last_seen
        operating_system_refs architecture_execution_envs implementation_languages capabilities sample_refs
    """,
    "malware-analysis": """
        product version host_vm_ref operating_system_ref installed_software_ref configuration_version modules
        analysis_engine_version analysis_definition_version submitted analysis_started analysis_ended result_name
        result analysis_sco_refs sample_ref
    """,
    "note": "abstract content authors object_refs",
    "observed-data": "first_observed last_observed number_observed objects object_refs",
    "opinion": "explanation authors object_refs opinion",
    "report": "name description report_types published object_refs",
    "threat-actor": """
        first_seen last_seen name description threat_actor_types aliases roles goals sophistication resource_level
        primary_motivation secondary_motivations personal_motivations
    """,
    "tool": "name description tool_types aliases kill_chain_phases tool_version",
    "vulnerability": "name description",
    "relationship": "relationship_type description source_ref target_ref start_time stop_time",
    "sighting": """
        description first_seen last_seen count sighting_of_ref observed_data_refs where_sighted_refs summary
    """,
    "language-content": "object_ref object_modified contents",
    "marking-definition": "name definition_type definition",
    "extension-definition": "description extension_properties extension_types name schema version",
}
"""Of domain, relationship and meta objects (4, 5, 7)."""

_OWN_OF_OBSERVABLES: Final = {
    "artifact": "mime_type payload_bin url hashes encryption_algorithm decryption_key",
    "autonomous-system": "number name rir",
    "directory": "path path_enc ctime mtime atime contains_refs",
    "domain-name": "value resolves_to_refs",
    "email-addr": "value display_name belongs_to_ref",
    "email-message": """
        is_multipart date content_type from_ref sender_ref to_refs cc_refs bcc_refs subject received_lines
        additional_header_fields message_id body body_multipart raw_email_ref
    """,
    "file": """
        hashes size name name_enc magic_number_hex mime_type ctime mtime atime parent_directory_ref contains_refs
        content_ref
    """,
    "ipv4-addr": "value resolves_to_refs belongs_to_refs",
    "ipv6-addr": "value resolves_to_refs belongs_to_refs",
    "mac-addr": "value",
    "mutex": "name",
    "network-traffic": """
        start end is_active src_ref dst_ref src_port dst_port protocols src_byte_count dst_byte_count src_packets
        dst_packets ipfix src_payload_ref dst_payload_ref encapsulates_refs encapsulated_by_ref
    """,
    "process": """
        is_hidden pid created_time cwd command_line environment_variables opened_connection_refs creator_user_ref
        image_ref parent_ref child_refs
    """,
    "software": "name cpe swid languages vendor version",
    "url": "value",
    "user-account": """
        user_id credential account_login account_type display_name is_service_account is_privileged
        can_escalate_privs is_disabled account_created account_expires credential_last_changed account_first_login
        account_last_login
    """,
    "windows-registry-key": "key values modified_time creator_user_ref number_of_subkeys",
    "x509-certificate": """
        is_self_signed hashes version serial_number signature_algorithm issuer validity_not_before
        validity_not_after subject subject_public_key_algorithm subject_public_key_modulus
        subject_public_key_exponent x509_v3_extensions
    """,
}
"""Of cyber observables (6)."""

_LACKS: Final = {
    "extension-definition": frozenset({"confidence", "extensions", "lang"}),
    "language-content": frozenset({"lang"}),
    "marking-definition": frozenset({"confidence", "labels", "modified", "revoked"}),
}
"""Common properties that a meta object has not (3.2, the table of common properties)."""

OBSERVABLES: Final = frozenset(_OWN_OF_OBSERVABLES)
"""The types of cyber observables."""

UNVERSIONED: Final = OBSERVABLES | {"marking-definition"}
"""The types that have no `modified`."""

PROPERTIES: Final[dict[str, frozenset[str]]] = {
    "bundle": frozenset({"type", "id", "objects"}),
    **{name: (_DOMAIN - _LACKS.get(name, frozenset())) | frozenset(own.split()) for name, own in _OWN.items()},
    **{name: _OBSERVABLE | frozenset(own.split()) for name, own in _OWN_OF_OBSERVABLES.items()},
}
"""Every type of the standard with all its properties."""

PARTS: Final = {
    ("email-message", "body_multipart"): words("body body_raw_ref content_type content_disposition"),
    ("windows-registry-key", "values"): words("name data data_type"),
    ("x509-certificate", "x509_v3_extensions"): words(
        """
        basic_constraints name_constraints policy_constraints key_usage extended_key_usage subject_key_identifier
        authority_key_identifier subject_alternative_name issuer_alternative_name subject_directory_attributes
        crl_distribution_points inhibit_any_policy private_key_usage_period_not_before
        private_key_usage_period_not_after certificate_policies policy_mappings
        """
    ),
}
"""Of the types nested in an observable: by type and property."""

EXTENSIONS: Final = {
    "file": words("archive-ext ntfs-ext pdf-ext raster-image-ext windows-pebinary-ext"),
    "network-traffic": words("http-request-ext icmp-ext socket-ext tcp-ext"),
    "process": words("windows-process-ext windows-service-ext"),
    "user-account": words("unix-account-ext"),
}
"""The predefined extensions (3.10) of each observable that has some."""

EXTENSION_PROPERTIES: Final = {
    "archive-ext": words("contains_refs comment"),
    "ntfs-ext": words("sid alternate_data_streams"),
    "pdf-ext": words("version is_optimized document_info_dict pdfid0 pdfid1"),
    "raster-image-ext": words("image_height image_width bits_per_pixel exif_tags"),
    "windows-pebinary-ext": words(
        """
        pe_type imphash machine_hex number_of_sections time_date_stamp pointer_to_symbol_table_hex number_of_symbols
        size_of_optional_header characteristics_hex file_header_hashes optional_header sections
        """
    ),
    "http-request-ext": words(
        """
        request_method request_value request_version request_header message_body_length message_body_data_ref
        """
    ),
    "icmp-ext": words("icmp_type_hex icmp_code_hex"),
    "socket-ext": words(
        """
        address_family is_blocking is_listening options socket_type socket_descriptor socket_handle
        """
    ),
    "tcp-ext": words("src_flags_hex dst_flags_hex"),
    "windows-process-ext": words(
        """
        aslr_enabled dep_enabled priority owner_sid window_title startup_info integrity_level
        """
    ),
    "windows-service-ext": words(
        """
        service_name descriptions display_name group_name start_type service_dll_refs service_type service_status
        """
    ),
    "unix-account-ext": words("gid groups home_dir shell"),
}
"""Of each predefined extension."""

EXTENSION_PARTS: Final = {
    ("ntfs-ext", "alternate_data_streams"): words("name hashes size"),
    ("windows-pebinary-ext", "optional_header"): words(
        """
        magic_hex major_linker_version minor_linker_version size_of_code size_of_initialized_data
        size_of_uninitialized_data address_of_entry_point base_of_code base_of_data image_base section_alignment
        file_alignment major_os_version minor_os_version major_image_version minor_image_version
        major_subsystem_version minor_subsystem_version win32_version_value_hex size_of_image size_of_headers
        checksum_hex subsystem_hex dll_characteristics_hex size_of_stack_reserve size_of_stack_commit
        size_of_heap_reserve size_of_heap_commit loader_flags_hex number_of_rva_and_sizes hashes
        """
    ),
    ("windows-pebinary-ext", "sections"): words("name size entropy hashes"),
}
"""Of the types nested in a predefined extension: by extension and property."""
