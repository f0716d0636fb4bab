import { Switch as AriaSwitch } from 'react-aria-components';

/** On or off, at once. */
export function Switch({
  label,
  isOn,
  isDisabled = false,
  onChange,
}: {
  /** Read aloud; what is beside the switch says it to the eye. */
  readonly label: string;
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isOn: boolean) => void;
}) {
  return (
    <AriaSwitch className="switch" aria-label={label} isSelected={isOn} isDisabled={isDisabled} onChange={onChange}>
      <span className="switch-track" aria-hidden>
        <span className="switch-knob" />
      </span>
    </AriaSwitch>
  );
}
