import { Icon, type IconName } from './Icon.tsx';

interface IconButtonProps {
  icon: IconName;
  /** Its name, which is also shown beside the pointer. */
  label: string;
  /** Where it is switched on and off: whether it is on. */
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
}

/** A button with a picture and a name. */
export function IconButton({ icon, label, pressed, disabled, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
